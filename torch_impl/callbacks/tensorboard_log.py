"""Curves for TensorBoard, without TensorBoard installed: its event file is a sequence of small protobuf records."""

import struct
import time
from pathlib import Path

from torch_impl.callbacks.callback import Callback


class TensorBoardLog(Callback):
    """Writes each number of the logs as a scalar, one step per epoch.

    Args:
        folder: is made if it does not exist; show it with ``tensorboard --logdir FOLDER``.
    """

    def __init__(self, folder):
        super().__init__()
        self.folder = Path(folder)
        self.path = None

    def on_epoch_end(self, epoch, logs):
        if self.path is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.path = self.folder / f"events.out.tfevents.{time.time_ns()}"
            self.path.write_bytes(record(field(3, b"brain.Event:2")))
        scalars = [field(1, field(1, name.encode()) + b"\x15" + struct.pack("<f", logs[name])) for name in sorted(logs)]
        event = b"\x09" + struct.pack("<d", time.time()) + b"\x10" + varint(epoch) + field(5, b"".join(scalars))
        with self.path.open("ab") as file:
            file.write(record(event))


def field(number, data):
    """A protobuf field that has a length: text or message."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(number):
    digits = []
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])


def record(data):
    """Length and data, each followed by its checksum."""
    length = struct.pack("<Q", len(data))
    return length + checksum(length) + data + checksum(data)


def checksum(data):
    """CRC-32C, rotated and shifted as the format wants it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)
