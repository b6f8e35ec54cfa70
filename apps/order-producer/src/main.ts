import { runService } from '@orderpulse/service-kit';
import { orderProducerService } from './order-producer.service-definition';

void runService(orderProducerService);
