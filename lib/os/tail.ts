/** The last of a stream's bytes. */

/** More pieces than this are made one: a piece costs more than the few bytes that it may have. */
const MOST_PIECES = 64

export class Tail {
  readonly #most: number
  #pieces: Uint8Array[] = []
  #size = 0
  #isCut = false

  constructor(mostBytes: number) {
    this.#most = mostBytes
  }

  /** Takes a copy: the bytes may be given away. */
  add(bytes: Uint8Array): void {
    // Not `slice`, which copies nothing of a Buffer.
    const piece = new Uint8Array(bytes.subarray(-this.#most))
    this.#isCut ||= piece.byteLength < bytes.byteLength
    this.#pieces.push(piece)
    this.#size += piece.byteLength
    for (let first = this.#pieces[0]; first && this.#size - first.byteLength >= this.#most; first = this.#pieces[0]) {
      this.#size -= first.byteLength
      this.#isCut = true
      this.#pieces.shift()
    }
    if (this.#pieces.length > MOST_PIECES) this.#join()
  }

  /** And no longer than it may be: the first piece goes as a whole or not at all. */
  #join(): void {
    const last = this.#whole().subarray(-this.#most)
    this.#isCut ||= last.byteLength < this.#size
    this.#pieces = [last]
    this.#size = last.byteLength
  }

  /** Of a character that was cut there is nothing. */
  text(): { text: string; truncated: boolean } {
    const all = this.#whole()
    const bytes = all.subarray(-this.#most)
    const truncated = this.#isCut || bytes.byteLength < all.byteLength
    return { text: bytes.toString('utf8', truncated ? firstWhole(bytes) : 0), truncated }
  }

  #whole(): Buffer {
    return Buffer.concat(this.#pieces)
  }
}

/** A character of UTF-8 has at most three bytes that do not begin it. */
function firstWhole(bytes: Uint8Array): number {
  const begin = bytes.subarray(0, 4).findIndex(byte => (byte & 0xc0) !== 0x80)
  return Math.max(0, begin)
}
