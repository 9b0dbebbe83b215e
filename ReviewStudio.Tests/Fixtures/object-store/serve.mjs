// A local S3 server with one bucket. Prints its port when it listens; ends when its input closes.
import S3rver from 's3rver';

const [folder, bucket] = process.argv.slice(2);
const server = new S3rver({
  address: '127.0.0.1', port: 0, directory: folder, silent: true, allowMismatchedSignatures: false, configureBuckets: [{ name: bucket }],
});
const { port } = await server.run();
console.log(port);
process.stdin.resume().on('end', () => process.exit(0));
