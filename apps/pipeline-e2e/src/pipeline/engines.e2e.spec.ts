import { describeWithEngine } from '@orderpulse/local-engines';
import { pipelineSuite } from './pipeline-suite';

describeWithEngine(['kafka', 'pinot'], 'the whole pipeline on real Kafka and Pinot', () => pipelineSuite('engines'));
