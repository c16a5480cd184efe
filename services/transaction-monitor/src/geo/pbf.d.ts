/** What is used here of pbf 3. */
declare module 'pbf' {
  class Pbf {
    constructor(bytes: Uint8Array);
    readonly pos: number;
    readonly length: number;
    /** Calls `read` for each field; a field that it does not read is skipped. */
    readMessage<T>(read: (tag: number, result: T, pbf: Pbf) => void, result: T): T;
    readString(): string;
    readVarint(): number;
    readSVarint(): number;
  }
  export = Pbf;
}
