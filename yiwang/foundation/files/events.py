"""What the ledger says about files."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "files.stored": "存入电子文件{file}，可信等级{trust}",
        "files.verified": "核对电子文件{file}与原件一致，可信等级由C改为B",
        "files.disposed": "保管期满，处置电子文件{file}，保留摘要",
    }
)
