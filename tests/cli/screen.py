"""A terminal that keeps what it shows: cells with styles, a cursor, the other screen.

It knows what rsearch may send and nothing else: every other sequence or control byte is noted in
`strange`, which a test holds against the empty list.
"""
import codecs
import re
import unicodedata

STYLES = {1: "b", 2: "d", 4: "u", 7: "r", 31: "m", 32: "g"}


def width(character):
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"


class Screen:
    def __init__(self, columns, rows):
        self.strange = []
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.sequence = None
        self.style = frozenset()
        self.modes = {"?25": True, "?7": True, "?2004": False, "?1049": False}
        self.kept = None
        self.cleared = 0
        self.settling = False
        self.columns, self.rows = columns, rows
        self.blank()

    def blank(self):
        self.row = self.column = 0
        self.cells = [[(" ", frozenset())] * self.columns for _ in range(self.rows)]

    def resize(self, columns, rows):
        """What is shown afterwards is anybody's guess: here, junk."""
        self.columns, self.rows = columns, rows
        self.settling = True  # until all is drawn, what was on its way is for another size
        self.blank()
        self.cells = [[("?", frozenset())] * columns for _ in range(rows)]

    def feed(self, data):
        for character in self.decoder.decode(data):
            self.take(character)

    def take(self, character):
        if self.sequence is not None:
            self.sequence += character
            if self.sequence == "[" or not "@" <= character <= "~":
                if len(self.sequence) > 40:
                    self.strange.append(self.sequence)
                    self.sequence = None
                return
            sequence, self.sequence = self.sequence, None
            self.command(sequence)
        elif character == "\x1b":
            self.sequence = ""
        elif character == "\r":
            self.column = 0
        elif character == "\n":
            self.row = min(self.row + 1, self.rows - 1)
        elif character < " " or "\x7f" <= character < "\xa0":
            self.strange.append(character)
        else:
            self.put(character)

    def put(self, character):
        columns = width(character)
        # Signs that stand around numbers are format characters that are seen.
        if unicodedata.category(character) == "Cf" and character not in SIGNS:
            self.strange.append(character)
        if columns == 0:
            row, column = self.cells[self.row], self.column - 1
            while column > 0 and row[column][0] == "":
                column -= 1
            if column >= 0:
                row[column] = (row[column][0] + character, row[column][1])
            return
        if self.column + columns > self.columns:
            if self.modes["?7"]:
                self.column, self.row = 0, min(self.row + 1, self.rows - 1)
            else:
                self.column = self.columns - columns
                if self.column < 0:
                    self.column = 0
                    return
        row = self.cells[self.row]
        for i in range(self.column, self.column + columns):
            self.split(row, i)
        row[self.column] = (character, self.style)
        if columns == 2:
            row[self.column + 1] = ("", self.style)
        self.column += columns

    def split(self, row, column):
        """Writing over half of a wide character leaves the other half blank."""
        if row[column][0] == "" and column > 0:
            row[column - 1] = (" ", row[column - 1][1])
        if column + 1 < self.columns and row[column + 1][0] == "":
            row[column + 1] = (" ", row[column + 1][1])

    def command(self, sequence):
        match = re.fullmatch(r"\[(\??)([\d;]*)([@-~])", sequence)
        if match is None:
            self.strange.append(sequence)
            return
        private, numbers, final = match.groups()
        values = [int(value or 0) for value in numbers.split(";")] if numbers else []
        if private and final in "hl":
            self.mode("?" + numbers, final == "h", sequence)
        elif final == "H":
            row, column = (values + [1, 1])[:2] if values else (1, 1)
            if row > self.rows or column > self.columns:
                if (row, column) != (1, 1) and not self.settling:
                    self.strange.append(sequence)
            self.row = max(0, min(row, self.rows) - 1)
            self.column = max(0, min(column, self.columns) - 1)
        elif final == "K" and not values:
            for i in range(self.column, self.columns):
                self.split(self.cells[self.row], i)
                self.cells[self.row][i] = (" ", frozenset())
        elif final == "J" and values == [2]:
            self.cells = [[(" ", frozenset())] * self.columns for _ in range(self.rows)]
            self.cleared += 1
            self.settling = False
        elif final == "m" and not private:
            for value in values or [0]:
                if value == 0:
                    self.style = frozenset()
                elif value in STYLES:
                    self.style |= {STYLES[value]}
                else:
                    self.strange.append(sequence)
        else:
            self.strange.append(sequence)

    def mode(self, name, value, sequence):
        if name not in self.modes:
            self.strange.append(sequence)
            return
        if name == "?1049" and value != self.modes[name]:
            if value:
                self.kept = (self.cells, self.row, self.column)
                self.blank()
            else:
                self.cells, self.row, self.column = self.kept
        self.modes[name] = value

    def line(self, row):
        return "".join(cell[0] for cell in self.cells[row]).rstrip()

    def text(self):
        return "\n".join(self.line(row) for row in range(self.rows))

    def styled(self, letter):
        """Everything that is shown in a style, joined by rows."""
        return [part for row in self.cells for part in
                re.split("\0+", "".join(cell[0] if letter in cell[1] else "\0" for cell in row)) if part]

    def dump(self):
        """A picture: each row between bars, under it the styles of its cells; ^ is the cursor."""
        lines = []
        for number, row in enumerate(self.cells):
            lines.append("|%s|" % "".join(cell[0] for cell in row))
            styles = ""
            for column, cell in enumerate(row):
                mark = "".join(sorted(cell[1]))
                mark = {"": " ", "bm": "M", "br": "R"}.get(mark, mark if len(mark) == 1 else "?")
                if (number, column) == (self.row, self.column) and self.modes["?25"]:
                    mark = "^"
                styles += mark
            if styles.strip():
                lines.append("~%s" % styles.rstrip())
        return "\n".join(lines) + "\n"
