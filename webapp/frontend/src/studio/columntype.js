// The kind of a column is chosen among the kinds that there are, by their words. The table editor would have its own name for it typed in.
import TypeRefCellContextMenu from "dmn-js-decision-table/lib/features/type-ref/components/TypeRefCellContextMenu";

/** Let the menu of every column show the chosen kind as its options do, and stay open while one is pressed. */
export function chooseKinds() {
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.(".dms-select-options")) event.preventDefault(); // else the focus goes to what stands around it, and the menu with it
  }, true);
  const draw = TypeRefCellContextMenu.prototype.render;
  TypeRefCellContextMenu.prototype.render = function render() {
    const menu = draw.call(this);
    const select = [menu?.children?.children].flat().find((one) => one?.props?.options);
    if (select) select.props.noInput = true;
    return menu;
  };
}
