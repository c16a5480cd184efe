import type { createLogger } from '@stakewatch/runtime';
import type { Layout } from '../layout/home';
import type { Secrets } from '../layout/secrets';
import { taskSteps } from '../tasks/steps';
import { kafkaPart } from './kafka';
import type { Step } from './part';
import { redisPart } from './redis';
import { serviceParts } from './services';
import { clickhousePart, schemaRegistryPart, webhookReceiverPart } from './stores';

/** Everything the local stack consists of. */
export function stackSteps(layout: Layout, secrets: Secrets, logger: ReturnType<typeof createLogger>): readonly Step[] {
  return [
    kafkaPart(layout),
    redisPart(layout),
    clickhousePart(layout, secrets),
    schemaRegistryPart(layout),
    ...taskSteps(layout, secrets, logger),
    webhookReceiverPart(layout),
    ...serviceParts(layout, secrets),
  ];
}
