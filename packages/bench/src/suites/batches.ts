import { batchBodies, sendBatches } from '../load/batch-load';
import { createLimitTopic, producerPerformance } from '../producer-performance';
import { ratiosOf, spreadOf } from '../statistics';
import { inRounds, type Suite } from './suite';

/** (a) Batches of 1000 over HTTP into Kafka with acks=all, one gateway process, against Kafka's own ProducerPerformance. */
export const batches: Suite = {
  name: 'batches',
  about: 'batches of 1000 over HTTP into Kafka (acks=all), all checks on, against ProducerPerformance',
  async run(stack, { rounds, quick, progress }) {
    const partitions = await (await stack.log.admin()).partitionCount('betting.events.v1');
    await createLimitTopic(stack.layout, partitions);
    const { apiKey } = await stack.company('bench-batches');
    const gateway = await stack.start('gateway', stack.layout.ports.gateway);
    const bodies = batchBodies(`b${Date.now()}`, quick ? 5 : 40, 50_000, Date.now());
    const load = { url: gateway.url, apiKey, bodies, connections: 4 };
    await sendBatches({ ...load, batches: quick ? 10 : 150 });
    const ours: number[] = [];
    const limit: number[] = [];
    await inRounds(rounds, progress, async () => {
      limit.push(await producerPerformance(stack.layout, quick ? 100_000 : 2_000_000));
      ours.push(await sendBatches({ ...load, batches: quick ? 20 : 600 }));
      return `ProducerPerformance ${Math.round(limit.at(-1) as number)} records/s, gateway ${Math.round(ours.at(-1) as number)} events/s`;
    });
    const memory = gateway.memory().peak / 1_048_576;
    await gateway.stop();
    return [
      { suite: 'batches', name: 'ProducerPerformance (300 B, acks=all)', unit: 'records/s', spread: spreadOf(limit), rounds },
      { suite: 'batches', name: 'gateway, one process', unit: 'events/s', spread: spreadOf(ours), rounds },
      { suite: 'batches', name: 'gateway / ProducerPerformance', unit: 'ratio', spread: ratiosOf(ours, limit), rounds, target: { at: 'least', value: 0.25 } },
      { suite: 'memory', name: 'gateway after batches', unit: 'MiB peak', spread: spreadOf([memory]), rounds: 1, target: { at: 'most', value: 400 } },
    ];
  },
};
