import { NotFoundError } from '@orderpulse/service-kit';

/** No store has this name. */
export class StoreNotFoundError extends NotFoundError {
  constructor(store: string, names: readonly string[]) {
    super(`There is no store ${store}; there are ${names.join(', ')}.`, 'STORE_NOT_FOUND');
  }
}
