import { describe, expect, it } from 'vitest';
import { makePassword } from './password.ts';
import { passwordFault, passwordStrength } from './password-rules.ts';

const owner = { login: 'linjing', name: '林静' };

describe('a password', () => {
	it.each([
		['九个字不够长呢呀', 'short'],
		['a1b2c3d4e', 'short'],
		['x'.repeat(30) + '街'.repeat(15), 'long'],
		['linjing2026', 'yours'],
		['LinJing!!99', 'yours'],
		['林静林静的密码啊啊', 'short'],
		['aaaaaaaaaaaa', 'monotonous'],
		['1212121212', 'monotonous'],
		['1234567890', 'monotonous'],
		['0987654321', 'monotonous'],
		['qwertyuiop', 'monotonous'],
		['1qaz2wsx3edc', 'monotonous'],
		['kerbkerbkerb', 'monotonous'],
		['Password2024!', 'common'],
		['P@ssw0rd1234', 'common'],
		['woaini1314520', 'common'],
		['13800138000', 'common'],
		['19880612000', 'common']
	])('%s is refused as %s', (password, fault) => {
		expect(passwordFault(password, owner)).toBe(fault);
	});

	it.each([
		'correct horse battery',
		'早上七点半的公交车',
		'金桥路口的梧桐树三棵',
		'linjing keeps nine tall cranes',
		'tR7-kerb-91x'
	])('%s may be used, if it is long enough', (password) => {
		expect(passwordFault(password, owner)).toBe([...password].length < 10 ? 'short' : null);
	});

	it('made by us may always be used, and is strong', () => {
		const password = makePassword();
		expect(passwordFault(password, owner)).toBeNull();
		expect(passwordStrength(password, owner)).toBe('strong');
	});

	it.each([
		['Password2024!', 'weak'],
		['tR7-kerb-9', 'fair'],
		['correct horse battery', 'strong']
	])('%s is %s', (password, strength) => {
		expect(passwordStrength(password, owner)).toBe(strength);
	});
});
