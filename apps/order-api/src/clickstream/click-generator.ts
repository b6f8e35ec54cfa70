import type { Click } from '@orderpulse/contracts';
import { CATALOGUE } from '../shop/simulation/catalogue';
import { somePerson } from '../shop/simulation/people';
import { Random } from '../shop/simulation/random';

/** A click before it has an id. */
export interface ClickDraft {
  sessionId: string;
  customerId: string | null;
  page: string;
  action: Click['action'];
  productId: string | null;
}

const CLICK_STREAM = 0x636c6963;
const CLICKS_PER_SESSION = 6;

/**
 * Click number `index` (from 0) of the shop's visitors: every six clicks are one visit, which looks around first and may
 * end at the checkout. The same seed and number give the same click.
 */
export function simulateClick(seed: number, index: number): ClickDraft {
  const session = Math.floor(index / CLICKS_PER_SESSION);
  const visitor = new Random(seed, CLICK_STREAM, session);
  const isKnown = visitor.chance(0.6);
  const { customer } = somePerson(seed, visitor);
  const random = new Random(seed, CLICK_STREAM, session, index + 1);
  const action = someAction(random, index % CLICKS_PER_SESSION);
  const product = action === 'view' || action === 'add_to_cart' ? random.pickPopular(CATALOGUE) : null;
  const page = product ? `/products/${product.id}` : action === 'search' ? '/search' : '/checkout';
  return {
    sessionId: `${seed.toString(36)}-${session}`,
    customerId: isKnown ? customer.customer_id : null,
    page,
    action,
    productId: product?.id ?? null,
  };
}

function someAction(random: Random, step: number): Click['action'] {
  if (step === CLICKS_PER_SESSION - 1) return random.chance(0.4) ? 'checkout' : 'view';
  if (step >= 3 && random.chance(0.4)) return 'add_to_cart';
  return random.chance(0.25) ? 'search' : 'view';
}
