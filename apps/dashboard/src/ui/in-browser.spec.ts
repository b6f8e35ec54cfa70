import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { InBrowser } from './in-browser';

function Theme(): never {
  throw new Error('the server does not know the theme');
}

describe('InBrowser', () => {
  it('has the server send what comes before, without rendering what only the browser can', () => {
    const page = createElement(InBrowser, { before: 'skeleton', children: createElement(Theme) });
    expect(renderToString(page)).toBe('skeleton');
  });
});
