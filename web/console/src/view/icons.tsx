// Small line drawings, 16 px, in the colour of the text beside them.
import type { ReactElement } from "react";

function drawing(path: string): () => ReactElement {
  return function Icon() {
    return (
      <svg className="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d={path} />
      </svg>
    );
  };
}

export const Mark = (): ReactElement => (
  <svg className="icon" viewBox="0 0 16 16" width="18" height="18" fill="none" stroke="currentColor" strokeWidth="2.2" aria-hidden="true">
    <path d="M1 3h14M1 8h10M1 13h6" />
  </svg>
);
export const Chevron = drawing("M4 6l4 4 4-4");
export const ChevronRight = drawing("M6 4l4 4-4 4");
export const Search = drawing("M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.5 10.5L14 14");
export const Dots = drawing("M3 8h.01M8 8h.01M13 8h.01");
export const Plus = drawing("M8 3v10M3 8h10");
export const Check = drawing("M3 8.5l3.5 3.5L13 4.5");
export const Cross = drawing("M4 4l8 8M12 4l-8 8");
export const Burger = drawing("M2 4h12M2 8h12M2 12h12");
export const Up = drawing("M8 13V3M4 7l4-4 4 4");
export const Down = drawing("M8 3v10M4 9l4 4 4-4");
export const Play = drawing("M5 3.5v9l7-4.5z");
export const Pause = drawing("M5.5 3.5v9M10.5 3.5v9");
export const Lock = drawing("M4 7h8v6H4zM5.5 7V5a2.5 2.5 0 0 1 5 0v2");
export const File = drawing("M4 2h5l3 3v9H4zM9 2v3h3");
export const Folder = drawing("M2 4h4l1.5 2H14v7H2z");
export const Triangle = (): ReactElement => (
  <svg className="icon" viewBox="0 0 16 16" width="14" height="14" fill="currentColor" aria-hidden="true">
    <path d="M8 1.5L15 14H1zM7.2 6v4h1.6V6zM7.2 11v1.6h1.6V11z" fillRule="evenodd" />
  </svg>
);
