// What a password may not be, and how strong it is, in words. The same in the browser and on the server; the auth service
// has its own bound on the length.

export const shortestPassword = 10;
/** What bcrypt takes, which hosted auth services use. */
const mostBytes = 72;

export type PasswordFault = 'short' | 'long' | 'yours' | 'common' | 'monotonous';
export type PasswordStrength = 'weak' | 'fair' | 'strong';

/** The cores of the passwords people choose most, here and elsewhere; what stands around them (2024, !, 123) helps little. */
const common = new Set(
	`password passwort passw0rd admin administrator root letmein welcome login master monkey dragon sunshine princess football
	baseball iloveyou trustno qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc wsx qweasd qweasdzxc qwertyui
	woaini woaini1314 iloveu abc abcd abcdef abcdefg abcdefghij aa aaa test testtest guest user default changeme secret
	kerbside chengguan jiemian zhihui zhihuizhongxin shouliyuan huawei xiaomi alibaba taobao wechat weixin zhongguo china beijing
	shanghai jiangsu nanjing woshishui mima wodemima nihao nihaoma a z q qq p as asd zxc qwe qaz`
		.split(/\s+/)
		.filter(Boolean)
);
const runs = [
	'01234567890123456789',
	'abcdefghijklmnopqrstuvwxyz',
	'qwertyuiopasdfghjklzxcvbnm',
	'1qaz2wsx3edc4rfv5tgb6yhn',
	'1q2w3e4r5t6y7u8i9o0p'
];

const looksLike: Record<string, string> = { '@': 'a', $: 's', '0': 'o', '1': 'l', '3': 'e' };

export interface Owner {
	login: string | null;
	name: string;
}

/** Why a password is refused; null when it may be used. */
export function passwordFault(password: string, { login, name }: Owner): PasswordFault | null {
	const length = [...password].length;
	if (length < shortestPassword) return 'short';
	if (new TextEncoder().encode(password).length > mostBytes) return 'long';
	const plain = simplified(password);
	const own = [login?.split('@')[0] ?? '', name].map(simplified).filter((word) => [...word].length >= 2);
	// The name with a few letters around it is the name.
	if (own.some((word) => plain.includes(word) && [...plain].length - [...word].length < 8)) return 'yours';
	if (new Set(plain).size <= 3 || isRun(plain)) return 'monotonous';
	if (isCommon(plain)) return 'common';
	return null;
}

/** How long guessing would take, roughly: length counts more than kinds of characters. */
export function passwordStrength(password: string, owner: Owner): PasswordStrength {
	if (passwordFault(password, owner)) return 'weak';
	const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
	const score = new Set(password).size + [...password].length + 2 * kinds;
	return score >= 30 ? 'strong' : 'fair';
}

function simplified(text: string): string {
	return text.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '');
}

function isCommon(plain: string): boolean {
	// 'p@ssw0rd2024!' is 'password'; a number alone is a date, a telephone or less.
	const core = plain.replaceAll(/^[^a-z]+|[^a-z]+$/g, '');
	if (core === '') return /^\d{1,15}$/.test(plain);
	const read = [...core].map((letter) => looksLike[letter] ?? letter).join('');
	return common.has(core) || common.has(read);
}

/** A walk along the keyboard or the alphabet, forwards or backwards, perhaps several times. */
function isRun(plain: string): boolean {
	const backwards = [...plain].reverse().join('');
	return [plain, backwards].some((text) => {
		for (let size = 1; size <= text.length / 2; size += 1) {
			if (
				text
					.slice(0, size)
					.repeat(Math.ceil(text.length / size))
					.startsWith(text)
			)
				return true;
		}
		return runs.some((run) => run.includes(text) || (run + run).includes(text));
	});
}
