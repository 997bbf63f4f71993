// Which receipt this tab is showing, so that a reload shows it again. Some in-app browsers refuse to remember even that; then
// a reload shows an empty form, and the codes are among the kept ones.
const KEY = 'kerbside-snap-shown';

export function remembered(): string | null {
	try {
		return sessionStorage.getItem(KEY);
	} catch {
		return null;
	}
}

/** Null: the form is next. */
export function remember(id: string | null): void {
	try {
		if (id === null) sessionStorage.removeItem(KEY);
		else sessionStorage.setItem(KEY, id);
	} catch {
		// As said above.
	}
}
