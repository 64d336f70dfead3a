"""What it is told by TCP it says by TLS, on one connection: tunnel.py PORT CERTIFICATE

For a peer that has no TLS. Prints the port that it listens on and the one that its own connection comes from.
"""
import asyncio, ssl, sys


async def pump(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def main():
    context = ssl.create_default_context(cafile=sys.argv[2])
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]), ssl=context)
    done = asyncio.Event()

    async def serve(reader, writer):
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer), return_exceptions=True)
        done.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    near, far = server.sockets[0].getsockname()[1], far_writer.get_extra_info("sockname")[1]
    print(f"ports {near} {far}", flush=True)
    await done.wait()


asyncio.run(main())
