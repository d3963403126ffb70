"""谁的职责: which organ an order belongs to, proposed with the evidence, never decided.

Evidence is weighed from rulings (先例), the county's division of duties, the list of powers and the service items, orders
handled before, a small classifier trained on the county's own closed orders, and the place. A proposal says why in sentences;
where the list of powers has nothing, it says that too. Founded on 国办发〔2020〕53号 二（二）（按职能职责、管辖权限分办）.
"""
