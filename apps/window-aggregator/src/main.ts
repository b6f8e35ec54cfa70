import { runService } from '@orderpulse/service-kit';
import { aggregatorService } from './window-aggregator.service-definition';

void runService(aggregatorService);
