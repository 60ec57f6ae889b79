/** Both kinds of selectors in one place. */
export * from './label-selector.ts'
export * from './field-selector.ts'
