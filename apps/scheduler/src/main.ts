import { runService } from '@orderpulse/service-kit';
import { schedulerService } from './scheduler.service-definition';

void runService(schedulerService);
