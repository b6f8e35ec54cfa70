import { runService } from '@orderpulse/service-kit';
import { gatewayService } from './query-gateway.service-definition';

void runService(gatewayService);
