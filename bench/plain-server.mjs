// The measure for node ports: a plain Node HTTP server that sends the same bytes. Prints its port.
import { createServer } from 'node:http'

const body = process.argv[2]
const type = process.argv[3]
createServer((_request, response) => {
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })
