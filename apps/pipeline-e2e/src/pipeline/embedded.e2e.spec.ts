import { pipelineSuite } from './pipeline-suite';

describe('the whole pipeline on PostgreSQL alone', () => pipelineSuite('embedded'));
