// People sign in with a short name; the auth service knows e-mail addresses. Nothing is ever sent to this domain.
const domain = 'staff.kerbside.invalid';

export function emailOf(login: string): string {
	const name = login.trim().toLowerCase();
	return name.includes('@') ? name : `${name}@${domain}`;
}

/** An address that only this software gives out: no one receives mail there. */
export function isOwnAddress(email: string): boolean {
	return email.endsWith(`@${domain}`);
}

export function isLogin(login: string): boolean {
	return /^[a-z0-9][a-z0-9._-]{1,39}(@[a-z0-9.-]+\.[a-z]{2,})?$/i.test(login.trim());
}
