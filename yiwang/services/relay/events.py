from yiwang.foundation.ledger import events

events.declare(
    **{
        "relay.agreement-registered": "登记代收代办协议 {agreement}，有效期至{until}前",
        "relay.agreement-ended": "代收代办协议 {agreement} 自{until}起停止",
    }
)
