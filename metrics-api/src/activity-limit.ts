/** How many commits a reader may ask for. */
export const activityLimit = { smallest: 1, largest: 50, standard: 10 } as const;
