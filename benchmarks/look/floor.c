/*
 * The floor: what the kernel takes to tell, read by a program that does nothing else and does not even parse.
 * floor FILES PID…: FILES are letters, s = stat, m = statm, d = schedstat. Same questions and answers as contender.js.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int *fds, count;

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void look(void) {
  char bytes[2048];
  for (int i = 0; i < count; i++)
    if (pread(fds[i], bytes, sizeof bytes, 0) <= 0) exit(1);
}

static void open_all(const char *files, char **pids) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  for (; *pids; pids++)
    for (const char *file = files; *file; file++) {
      char path[64];
      snprintf(path, sizeof path, "/proc/%s/%s", *pids, *file == 's' ? "stat" : *file == 'm' ? "statm" : "schedstat");
      if ((fds[count++] = open(path, O_RDONLY | O_CLOEXEC)) < 0) exit(1);
    }
}

static void burst(double ms) {
  double began = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  long looks = 0;
  do look(), looks++;
  while (now(CLOCK_MONOTONIC) - began < ms * 1e3);
  printf("{\"looks\":%ld,\"us\":%f}\n", looks, now(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

/* Blocks of ticks, by turns with and without looks; µs of CPU a tick for each block. */
static void pace(long ms, int ticks, int blocks, int looking) {
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  double cpu = 0;
  printf("[");
  for (int tick = 0; tick <= ticks * blocks; tick++) {
    next.tv_nsec += ms % 1000 * 1000000;
    next.tv_sec += ms / 1000 + next.tv_nsec / 1000000000;
    next.tv_nsec %= 1000000000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    if (tick % ticks == 0) {
      double at = now(CLOCK_PROCESS_CPUTIME_ID);
      if (tick > 0) printf("%s%f", tick > ticks ? "," : "", (at - cpu) / ticks);
      cpu = at;
    }
    if ((tick / ticks + looking) % 2) look();
  }
  printf("]\n");
}

int main(int argc, char **argv) {
  char line[128];
  double ms;
  long every;
  int ticks, blocks, looking;
  if (argc < 3 || !(fds = calloc(argc * strlen(argv[1]), sizeof *fds))) return 2;
  open_all(argv[1], argv + 2);
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "burst %lf", &ms) == 1) burst(ms);
    if (sscanf(line, "pace %ld %d %d %d", &every, &ticks, &blocks, &looking) == 4) pace(every, ticks, blocks, looking);
    fflush(stdout);
  }
  return 0;
}
