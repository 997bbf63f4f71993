// Apart from the style, which brings the list of all fonts with it: a page's own script needs only the name.

/** The layer of names: what is drawn beneath it leaves them readable. */
export const beneathNames = 'street-names';
