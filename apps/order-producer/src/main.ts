import { runService } from '@orderpulse/service-kit';
import { orderProducer } from './order-producer.definition';

void runService(orderProducer);
