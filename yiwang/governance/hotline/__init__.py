"""12345 政务服务便民热线: one order a voice, from the call to the call-back.

An order (工单) is a matter (``governance.hotline``) with one detail table: who called (encrypted), what about, where, which unit
handles it, what it answered and what the caller said to that, before and after 研判. Founded on 国办发〔2020〕53号 and
广东省12345政务服务便民热线管理办法: 限时办理, 首接负责, one number for everything.
"""
