import type { createLogger } from '@stakewatch/runtime';
import type { Layout } from '../layout/home';
import type { Secrets } from '../layout/secrets';
import { companiesTask } from '../tasks/companies';
import { migrationsTask } from '../tasks/migrations';
import { topicsTask } from '../tasks/topics';
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
    topicsTask(layout, logger),
    schemaRegistryPart(layout),
    migrationsTask(layout, secrets),
    companiesTask(layout, secrets, logger),
    webhookReceiverPart(layout),
    ...serviceParts(layout, secrets),
  ];
}
