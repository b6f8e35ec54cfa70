import 'reflect-metadata';
import { runService } from '@orderpulse/service-kit';
import { orderApi } from './order-api.definition';

void runService(orderApi);
