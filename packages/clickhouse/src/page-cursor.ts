/** Where a page ended: the time of its last item in microseconds, and its id. */
export interface PageCursor {
  readonly micros: string;
  readonly id: string;
}
