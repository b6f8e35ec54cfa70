export { processStartToken } from './process';
export { describeWithBrowser, launchChromium } from './testing/chromium';
export { startTestPostgres, type TestPostgres } from './testing/test-postgres';
