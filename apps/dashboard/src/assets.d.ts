/** Style sheets are imported for their effect on the page alone. */
declare module '*.css';
