import { deliveryQueuesSuite } from './delivery-queues.suite';
import { MemoryDeliveryQueues } from './memory-delivery-queues';

describe('delivery queues in memory', () => deliveryQueuesSuite(async () => new MemoryDeliveryQueues()));
