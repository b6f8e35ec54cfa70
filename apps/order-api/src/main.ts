import 'reflect-metadata';
import { runService } from '@orderpulse/service-kit';
import { orderApiService } from './order-api.service-definition';

void runService(orderApiService);
