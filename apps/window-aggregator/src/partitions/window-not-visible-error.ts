import { WINDOW_NOT_VISIBLE } from '@orderpulse/contracts';
import { AppError } from '@orderpulse/service-kit';

/** The windows asked for have expired in the stores; a store of history may still know them. */
export class WindowNotVisibleError extends AppError {
  constructor(asOfMs: number) {
    super(`The windows that end at ${asOfMs} are no longer in the stores.`, { code: WINDOW_NOT_VISIBLE, status: 410 });
  }
}
