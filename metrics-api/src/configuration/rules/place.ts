/** No imports: the settings of the whole system read this rule too, so that a place is judged by one. */

export const placeExample = "a town, an airport code or coordinates, like Lisbon or 38.72,-9.14";

/** A place in the path of wttr.in: what begins with a colon there is a command, and `..` another path. */
export const isPlace = (text: string): boolean =>
  /^[\p{L}\p{M}\p{N} .,'’()~@+-]{1,100}$/u.test(text) && !/^\.+$/.test(text) && text === text.trim();
