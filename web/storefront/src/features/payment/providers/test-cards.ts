// Owns the numbers of test cards, and the token each stands for at the sandbox. Numbers never leave the browser.
const CARDS: ReadonlyArray<readonly [number: string, token: string]> = [
  ['4242424242424242', 'tok_visa'],
  ['4000056655665556', 'tok_visa_debit'],
  ['5555555555554444', 'tok_mastercard'],
  ['5200828282828210', 'tok_mastercard_debit'],
  ['378282246310005', 'tok_amex'],
  ['6011111111111117', 'tok_discover'],
  ['3056930009020004', 'tok_diners'],
  ['3566002020360505', 'tok_jcb'],
  ['6200000000000005', 'tok_unionpay'],
  ['4000000000000002', 'tok_chargeDeclined'],
  ['4000000000009995', 'tok_chargeDeclinedInsufficientFunds'],
  ['4000000000009987', 'tok_chargeDeclinedLostCard'],
  ['4000000000009979', 'tok_chargeDeclinedStolenCard'],
  ['4100000000000019', 'tok_chargeDeclinedFraudulent'],
  ['4000000000000069', 'tok_chargeDeclinedExpiredCard'],
  ['4000000000000127', 'tok_chargeDeclinedIncorrectCvc'],
  ['4000000000000119', 'tok_chargeDeclinedProcessingError'],
  ['4000002760003184', 'tok_threeDSecure2Required'],
  ['4000000000003220', 'tok_threeDSecure2Required'],
  ['4000008400001629', 'tok_threeDSecureRequiredChargeDeclined'],
  ['4000008400000778', 'tok_threeDSecureRequiredProcessingError'],
  ['4000000000003055', 'tok_threeDSecureOptional'],
  ['4000000000000259', 'tok_createDispute'],
  ['4000000000002685', 'tok_createDisputeProductNotReceived'],
  ['4000000000001976', 'tok_createDisputeInquiry'],
  ['4000000000005126', 'tok_refundFail'],
  ['4000000000007726', 'tok_pendingRefund'],
  // No card's: payments that are slow, fail late, or whose answer gets lost.
  ['4000000000003000', 'tok_sepaDebit'],
  ['4000000000003001', 'tok_sepaDebitFail'],
  ['4000000000000408', 'tok_timeout'],
]

const TOKENS: ReadonlyMap<string, string> = new Map(CARDS)

export function tokenOf(number: string): string | undefined {
  return TOKENS.get(digitsOf(number))
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '')
}

/** In the groups that stand on the card. */
export function grouped(number: string): string {
  const digits = digitsOf(number).slice(0, 19)
  const groups = /^3[47]/.test(digits) ? /^(\d{0,4})(\d{0,6})(\d{0,5})/ : /^(\d{0,4})(\d{0,4})(\d{0,4})(\d{0,7})/
  return (groups.exec(digits)?.slice(1) ?? []).filter(Boolean).join(' ')
}

/** `1230` as `12/30`. */
export function asExpiry(text: string): string {
  const digits = digitsOf(text).slice(0, 4)
  const padded = /^[2-9]/.test(digits) ? `0${digits}` : digits
  return padded.length > 2 ? `${padded.slice(0, 2)}/${padded.slice(2, 4)}` : padded
}

export function isFuture(expiry: string, now = new Date()): boolean {
  const parts = /^(0[1-9]|1[0-2])\/(\d{2})$/.exec(expiry)
  if (!parts) return false
  const [, month = '', year = ''] = parts
  return new Date(2000 + Number(year), Number(month), 1) > now
}
