"""A Modbus server on 127.0.0.1 (pymodbus 3.0), over TCP with either framing.

Units 1 to 3 have 1,000 of each kind, without 500 to 509; others do not answer. Lines on standard input set and get
values; each is answered with its number.
"""
import argparse
import asyncio
import sys
import types

# Its server imports them for serial lines, which are not used here; Debian only recommends their package.
sys.modules["serial"] = types.ModuleType("serial")
sys.modules["serial_asyncio"] = types.ModuleType("serial_asyncio")
sys.modules["serial_asyncio"].create_serial_connection = None

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.server.async_io import ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

FUNCTIONS = {"hr": 3, "ir": 4, "co": 1, "di": 2}


class Block(ModbusSequentialDataBlock):
    """Addresses 0 to 999 with a hole."""

    def __init__(self):
        super().__init__(0, [0] * 1000)

    def validate(self, address, count=1):
        return super().validate(address, count) and (address + count <= 500 or address >= 510)


def unit():
    return ModbusSlaveContext(di=Block(), co=Block(), hr=Block(), ir=Block(), zero_mode=True)


async def obey(context):
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode():
        number, verb, name, unit_id, address, *words = line.split()
        store, function = context[int(unit_id)], FUNCTIONS[name]
        if verb == "set":
            store.setValues(function, int(address), [int(word) for word in words])
            print(number, "ok", flush=True)
        else:
            print(number, *(int(value) for value in store.getValues(function, int(address), int(words[0]))), flush=True)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rtu", action="store_true")
    arguments = parser.parse_args()
    context = ModbusServerContext(slaves={number: unit() for number in (1, 2, 3)}, single=False)
    server = ModbusTcpServer(
        context,
        framer=ModbusRtuFramer if arguments.rtu else ModbusSocketFramer,
        address=("127.0.0.1", arguments.port),
        allow_reuse_address=True,
        identity=ModbusDeviceIdentification(
            info_name={"VendorName": "Pymodbus", "ProductCode": "PM", "MajorMinorRevision": "3.0"}
        ),
    )
    await asyncio.gather(server.serve_forever(), obey(context))


asyncio.run(main())
