"""A Modbus device on 127.0.0.1, of a press: python3 device.py [PORT], 5020 unless said.

Input registers 0 and 1 are a temperature as a float, 2 is a pressure in tenths of a bar; coil 0 says that it runs.
"""
import socketserver
import struct
import sys
import time


def registers():
    seconds = time.time()
    high, low = struct.unpack(">HH", struct.pack(">f", 180 + seconds % 60 / 4))
    return [high, low, 2100 + int(seconds) % 50]


class Device(socketserver.StreamRequestHandler):
    def handle(self):
        while len(head := self.rfile.read(7)) == 7:
            transaction, _, length, unit = struct.unpack(">HHHB", head)
            function, address, count = struct.unpack(">BHH", self.rfile.read(length - 1)[:5])
            if function == 4 and address + count <= 3:
                data = struct.pack(f">{count}H", *registers()[address:address + count])
                answer = struct.pack(">BB", function, len(data)) + data
            elif function == 1 and address + count <= 1:
                answer = bytes([function, 1, 1])
            else:
                answer = bytes([function | 0x80, 2])  # no such address
            self.wfile.write(struct.pack(">HHHB", transaction, 0, len(answer) + 1, unit) + answer)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 5020), Device).serve_forever()
