"""同类诉求: orders about the same thing are found while one is typed, and where many come from one place at one time.

Each order leaves a *trace*: the pairs of characters of its title and content as numbers, its town, kind, topic and day, and
no readable word. What is shown of another order are codes and the words somebody just typed himself. Founded on
国办发〔2020〕53号 二（四）（数据归集、研判分析，及时发现苗头性问题）.
"""
