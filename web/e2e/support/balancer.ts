// Owns what stands before several gateways: it hands requests to those that say that they are ready.
import { Agent, createServer, request } from 'node:http'

/** How often the gateways are asked. They say that they are about to go seconds before they do. */
const ASK_AGAIN_MS = 200

export interface Balancer {
  close: () => Promise<void>
}

export async function balance(port: number, gateways: readonly number[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true })
  let ready: number[] = []
  let turn = 0
  let isClosed = false

  const asking = (async () => {
    while (!isClosed) {
      const answers = await Promise.all(gateways.map(isReady))
      ready = gateways.filter((_, index) => answers[index])
      await new Promise((done) => setTimeout(done, ASK_AGAIN_MS))
    }
  })()

  const server = createServer((asked, answer) => {
    turn += 1
    // Where none is ready all are asked: a page that says what is wrong is better than none.
    const pool = ready.length > 0 ? ready : gateways
    const to = pool[turn % pool.length]
    const { method, url: path, headers } = asked
    const passed = request({ agent, host: '127.0.0.1', port: to, method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(answer)
    })
    // As a request that fails: nothing is tried again in secret.
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))

  return {
    close: async () => {
      isClosed = true
      await asking
      agent.destroy()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

export async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok
  } catch {
    return false
  }
}
