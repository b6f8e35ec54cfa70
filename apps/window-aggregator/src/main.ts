import { runService } from '@orderpulse/service-kit';
import { aggregatorService } from './aggregator.service-definition';

void runService(aggregatorService);
