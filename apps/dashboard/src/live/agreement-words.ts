import type { Agreement } from '../data/agreement';
import { FIGURES } from './figures';

/** "14:02 · stores − SQL = 0", or the figures that differ with their amounts. */
export function explainAgreement({ state, reason, difference }: Agreement, minute: string): string {
  switch (state) {
    case 'agree':
      return `${minute} · stores − SQL = 0`;
    case 'waiting':
      return `${minute} · ${reason ?? 'no answer yet'}`;
    case 'differ': {
      const amounts = FIGURES.filter(({ name }) => difference[name] !== 0).map(
        ({ name, label, exact }) => `${label} ${difference[name] > 0 ? '+' : ''}${exact(difference[name])}`,
      );
      return `${minute} · stores − SQL: ${amounts.join(', ')}`;
    }
  }
}
