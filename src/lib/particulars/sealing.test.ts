import { describe, expect, it } from 'vitest';
import { maskOf, normalised, shown } from './particular.ts';
import { fingerprintOf, keyId, openParticular, sealParticular } from './sealing.server.ts';

const secret = Buffer.alloc(32, 7);
const other = Buffer.alloc(32, 8);
const seal = (typed: string, kind: 'plate' | 'phone' | 'name' = 'plate') =>
	sealParticular(secret, kind, typed)!;

describe('a sealed particular', () => {
	it('opens again, as it is written down, and shows nothing of itself', () => {
		const plate = seal('苏k·a1234');
		expect(openParticular([secret], plate)).toBe('苏KA1234');
		const kept = JSON.stringify(plate) + Buffer.from(plate.sealed, 'base64url').toString('utf8');
		for (const word of ['苏', 'KA1234', '1234']) expect(kept).not.toContain(word);
	});

	it('looks different each time, and is as long for a short name as for a longer one', () => {
		expect(seal('苏K12345').sealed).not.toBe(seal('苏K12345').sealed);
		expect(seal('张三', 'name').sealed.length).toBe(seal('欧阳修远', 'name').sealed.length);
	});

	it('does not open under another secret, in another row, as another kind, nor with one bit changed', () => {
		const plate = seal('苏K12345');
		expect(openParticular([other], plate)).toBeNull();
		expect(openParticular([other], { ...plate, key_id: keyId(other) })).toBeNull();
		expect(openParticular([secret], { ...plate, id: seal('苏K12345').id })).toBeNull();
		expect(openParticular([secret], { ...plate, kind: 'name' })).toBeNull();
		const bytes = Buffer.from(plate.sealed, 'base64url');
		for (let at = 0; at < bytes.length; at += 1) {
			const changed = Buffer.from(bytes);
			changed[at]! ^= 1;
			expect(openParticular([secret], { ...plate, sealed: changed.toString('base64url') })).toBeNull();
		}
		for (const sealed of ['', 'AQ', 'x'.repeat(60)])
			expect(openParticular([secret], { ...plate, sealed })).toBeNull();
	});

	it('still opens after its secret was replaced, as long as the former one is known', () => {
		const plate = seal('苏K12345');
		expect(openParticular([other, secret], plate)).toBe('苏K12345');
		expect(keyId(other)).not.toBe(keyId(secret));
	});

	it('has a fingerprint that finds the same plate however it is typed, and only with the key', () => {
		const print = fingerprintOf(secret, 'plate', '苏K·12345');
		expect(print).toMatch(/^[0-9a-f]{32}$/);
		for (const typed of ['苏k12345', ' 苏K-123 45 ', '苏Ｋ１２３４５'])
			expect(seal(typed).fingerprint).toBe(print);
		expect(seal('苏K12346').fingerprint).not.toBe(print);
		expect(fingerprintOf(other, 'plate', '苏K12345')).not.toBe(print);
		expect(fingerprintOf(secret, 'phone', '12345')).not.toBe(fingerprintOf(secret, 'plate', '12345'));
	});

	it.each([
		['苏K·D12345', '苏KD12345', '苏K·•••••5'],
		['苏k d12345', '苏KD12345', '苏K·•••••5'],
		['苏 K1234 警', '苏K1234警', '苏K·••••警'],
		['苏k·1234挂', '苏K1234挂', '苏K·••••挂'],
		['粤Z·1234港', '粤Z1234港', '粤Z·••••港'],
		['WJ苏1234', 'WJ苏1234', '••••••4'],
		['兴化电12345', '兴化电12345', '•••••••5']
	])('knows the plate %s', (typed, plain, masked) => {
		expect(normalised('plate', typed)).toBe(plain);
		expect(maskOf('plate', plain)).toBe(masked);
		expect(seal(typed).fingerprint).toBe(fingerprintOf(secret, 'plate', plain));
	});

	it.each(['13812345678', '老王家的车', '苏K<b>1', '苏K12345678901', '车'])(
		'does not take %s for a plate',
		(typed) => {
			expect(sealParticular(secret, 'plate', typed)).toBeNull();
		}
	);

	it('is not made of what can be none', () => {
		expect(sealParticular(secret, 'plate', '苏K')).toBeNull();
		expect(sealParticular(secret, 'phone', 'call me')).toBeNull();
		expect(sealParticular(secret, 'name', ' ')).toBeNull();
		expect(sealParticular(secret, 'name', 'a\u0007b')).toBeNull();
	});
});

describe('what is shown before a reveal', () => {
	it.each([
		['plate', '苏K12345', '苏K·••••5'],
		['plate', '苏KD12345', '苏K·•••••5'],
		['plate', '0451287', '••••••7'],
		['phone', '13812345678', '138••••••78'],
		['name', '张三', '张•'],
		['name', '欧阳修远', '欧•••'],
		['address', '金桥路 1 号', '••••']
	] as const)('a %s %s as %s', (kind, value, mask) => {
		expect(maskOf(kind, value)).toBe(mask);
	});

	it('a phone is digits alone, with or without the country', () => {
		for (const typed of ['138 1234 5678', '+86 138-1234-5678', '008613812345678'])
			expect(normalised('phone', typed)).toBe('13812345678');
	});

	it('a plate is spoken with its dot', () => expect(shown('plate', '苏K12345')).toBe('苏K·12345'));
});
