export { browserRequired, chromiumPath, describeWithBrowser, launchChromium } from './testing/chromium';
