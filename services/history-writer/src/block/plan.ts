import type { LogRecord } from '@stakewatch/runtime';

/** A range of offsets of one partition that is inserted as one block, under a token made of it. Inclusive. */
export interface BlockPlan {
  readonly from: number;
  readonly to: number;
}

/** Committed as the group's metadata at offset `from` before the block is inserted. */
export function writePlan(plan: BlockPlan): string {
  return `block:${plan.to}`;
}

/** The plan that was committed at `offset`; null when there is none (then every record before `offset` is durable). */
export function readPlan(offset: number | null, metadata: string | null): BlockPlan | null {
  const to = /^block:(\d{1,15})$/.exec(metadata ?? '')?.[1];
  return to === undefined || offset === null || Number(to) < offset ? null : { from: offset, to: Number(to) };
}

export function tokenOf(topic: string, partition: number, plan: BlockPlan): string {
  return `${topic}/${partition}/${plan.from}-${plan.to}`;
}

export interface BlockLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** Cuts records into blocks within the limits; a record larger than the limit stands alone. Never empty ones. */
export function cutBlocks(records: readonly LogRecord[], limits: BlockLimits): readonly (readonly LogRecord[])[] {
  const blocks: LogRecord[][] = [];
  let block: LogRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.value?.length ?? 0;
    if (block.length > 0 && (block.length >= limits.rows || bytes + size > limits.bytes)) {
      blocks.push(block);
      block = [];
      bytes = 0;
    }
    block.push(record);
    bytes += size;
  }
  if (block.length > 0) blocks.push(block);
  return blocks;
}
