// Owns handing a label to whoever prints it, as the file that label printers take.
import { label } from './shipment-api.ts'

export async function printLabel(shipmentId: string, trackingNumber: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([await label(shipmentId)], { type: 'application/zpl' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${trackingNumber}.zpl`
  link.click()
  URL.revokeObjectURL(url)
}
