/* The smallest program that answers pings: a thousand of these fit where a hundred Node processes do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *hello = "{\"type\":\"hello\",\"pid\":%d,\"usr1\":false,\"inspector\":false}\n";
static const char *beat = "{\"type\":\"beat\",\"seq\":%ld,\"pid\":%d,\"usr1\":false,\"inspector\":false}\n";

int main(void) {
  const char *mark = getenv("OSQWATCH_CHANNEL");
  if (mark == NULL) return 1;
  int fd = atoi(mark);
  dprintf(fd, hello, getpid());

  FILE *channel = fdopen(fd, "r");
  char line[512];
  while (fgets(line, sizeof line, channel)) {
    const char *seq = strstr(line, "\"seq\":");
    if (seq != NULL) dprintf(fd, beat, atol(seq + strlen("\"seq\":")), getpid());
  }
  return 0;
}
