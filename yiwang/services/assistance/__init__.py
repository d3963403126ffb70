"""The hall around a case: queue numbers, appointments, the end of a shift, and self-service terminals.

国办发〔2018〕45号 asks for integrated service in halls and by terminals; GB/T 36112-2018 for queueing, appointments and
self-service areas. A served number becomes an occasion that may be rated, by a registered name.
"""
