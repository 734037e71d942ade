// A graph in columns: an edge that passes columns has a lane in each, and neighbours stand near what they belong to.

/** Columns of `{id, node}` (a lane has no node), and for each edge the ids that it passes. */
export function arrange({ nodes, edges }) {
  const columns = Array.from({ length: Math.max(0, ...nodes.map((node) => node.column)) + 1 }, () => []);
  const columnOf = new Map(nodes.map((node) => [node.id, node.column]));
  nodes.forEach((node) => columns[node.column].push({ id: node.id, node }));

  // Edges from one node share their lanes.
  const lanes = new Set();
  const routes = edges.filter((edge) => columnOf.has(edge.from) && columnOf.has(edge.to)).map((edge) => {
    const via = [];
    for (let column = columnOf.get(edge.from) + 1; column < columnOf.get(edge.to); column += 1) {
      const id = `${edge.from} in ${column}`;
      via.push(id);
      if (!lanes.has(id)) {
        lanes.add(id);
        columns[column].push({ id, node: null });
      }
    }
    return { ...edge, path: [edge.from, ...via, edge.to] };
  });

  const links = routes.flatMap((route) => route.path.slice(1).map((to, place) => [route.path[place], to]));
  for (let sweep = 0; sweep < 4; sweep += 1) {
    const [from, to, order] = sweep % 2 === 0 ? [0, 1, columns.slice(1)] : [1, 0, columns.slice(0, -1).reverse()];
    const place = new Map(columns.flatMap((column) => column.map((item, index) => [item.id, (index + 0.5) / column.length])));
    for (const column of order) {
      const wish = new Map(column.map((item) => [item.id, mean(links.filter((pair) => pair[to] === item.id).map((pair) => place.get(pair[from]))) ?? place.get(item.id)]));
      column.sort((one, other) => wish.get(one.id) - wish.get(other.id));
      column.forEach((item, index) => place.set(item.id, (index + 0.5) / column.length));
    }
  }
  return { columns, routes };
}

const mean = (values) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);

/** The curve through boxes, `{left, right, middle}` each, from the first one's right to the last one's left. */
export function curve(boxes) {
  let text = `M${boxes[0].right},${boxes[0].middle}`;
  for (let place = 1; place < boxes.length; place += 1) {
    const [from, to] = [boxes[place - 1], boxes[place]];
    const bend = Math.max(12, (to.left - from.right) / 2);
    text += ` C${from.right + bend},${from.middle} ${to.left - bend},${to.middle} ${to.left},${to.middle}`;
    if (place < boxes.length - 1) {
      text += ` L${to.right},${to.middle}`;
    }
  }
  return text;
}
