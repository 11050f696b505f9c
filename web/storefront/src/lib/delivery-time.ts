// Owns the days on which a delivery may arrive. The shop counts in working days.
export interface DeliverySpan {
  min_days: number
  max_days: number
}

export function arrival({ min_days, max_days }: DeliverySpan, from = new Date()): [earliest: Date, latest: Date] {
  return [afterWorkingDays(from, min_days), afterWorkingDays(from, max_days)]
}

function afterWorkingDays(from: Date, days: number): Date {
  const day = new Date(from)
  for (let left = days; left > 0; ) {
    day.setDate(day.getDate() + 1)
    if (day.getDay() !== 0 && day.getDay() !== 6) left--
  }
  return day
}
